"""What leaves the house about reports and questions: one function and its templates for each message."""
