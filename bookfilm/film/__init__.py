"""The film: takes are conformed to the timeline, and everything else is laid beside them.

subtitles   cues -> film.srt, film.vtt
conform     takes + soundtrack + subtitles + chapters -> film.mp4, by stream copy
adaptation  screenplay + coverage -> the report's cast, scenes and chapters
likeness    portraits + takes -> the report's part on who is who
provenance  where the film comes from, signed into it
streaming   the film as segments, while it is still being made
report      report.html: the screenplay's page, and one frame a shot with its lines
"""
