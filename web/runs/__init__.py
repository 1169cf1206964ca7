"""Matching runs: started, watched, looked at and compared (撮合运行)."""
