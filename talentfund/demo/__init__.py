"""A believable first two years, told with the same verbs that people use. For trying out; never with DEBUG off."""
