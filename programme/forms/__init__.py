"""What people fill in about the frame."""
