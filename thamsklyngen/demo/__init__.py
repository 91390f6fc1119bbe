"""The demo story: a fictional cluster some weeks after a kickoff, and the published record of 2018 beside it."""
