"""What a school does in its timetable software."""
