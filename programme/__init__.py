"""The council's frame: lines, desired results, target groups, areas and criteria."""
