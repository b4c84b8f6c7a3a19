"""What leaves the house about money: one function and its templates for each message."""
