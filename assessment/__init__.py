"""Interests, scores, consensus and advice."""
