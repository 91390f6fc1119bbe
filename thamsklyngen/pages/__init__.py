"""Pages that join apps: whatever their address, they look across groups, meetings and projects."""
