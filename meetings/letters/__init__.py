"""The words of the mails about meetings, asked for at sending."""
