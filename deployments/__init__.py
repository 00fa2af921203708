"""Ray Serve: one deployment an engine, each a thin wrap that holds no film logic.

starting      an engine in a replica, or why it could not start
lines         a replica's log lines, in Serve's own file of it
replies       what a replica answers: done, or why not
time_shares   how long each row keeps a replica busy that works on several
threads       in which an engine works, beside the event loop
metering      what a replica counts, through Ray
screenwriter  a book becomes a screenplay
keyframe      stills are drawn before anything moves
voice         utterances become recordings in the store
video         shots become takes in the store
routing       which replica a row goes to
scaling       how many replicas there should be
leaving       when a replica ends itself
slate         the app's ingress: which jobs share it, and how many rows each may have under way
allotting     how the places are shared out
studio        films over HTTP, behind the proxy of Serve
apps          the one place where they are put together: an app a preset
board         Grafana's dashboard and Prometheus' alert rules, from the list of metrics
"""
