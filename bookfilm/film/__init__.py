"""The film: takes are conformed to the timeline, and everything else is laid beside them.

subtitles   cues -> film.srt, film.vtt
conform     takes + soundtrack + subtitles + chapters -> film.mp4, by stream copy
report      report.html: one frame a shot with its lines
"""
