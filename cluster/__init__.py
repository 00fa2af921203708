"""Ray itself: join or start a cluster, shard the work, retry, and carry a film through.

joining   a cluster in the process, or a running one by address
sharing   does every node see the film folder?
gating    the job's gate: the driver tells the app, the feeders ask it
trying    one row of work through a Serve handle, with retries
racing    when a row is late, and goes a second time
sending   many rows, as many under way as are allotted
sharding  Ray Data: a list of rows in shards, each sent by a task
crew      RayCrew: the pipeline's crew on a cluster
working   queued jobs, one after the other
training  a LoRA taught on the cluster, by Ray Train
driver    one run from command to film: hold the folder, keep the ledger, make the film
"""

import os

# Ray reads these when it is imported, and every module here may be the first to do so.
# It must not phone home from an author's laptop.
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_DEDUP_LOGS", "0")
os.environ.setdefault("GRPC_VERBOSITY", "NONE")
# What Ray's core says on a terminal is for its own developers; its log files have it all the same.
os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
# The driver's Serve handles report their load from a thread, also after we left: that must not start a second cluster.
os.environ["RAY_ENABLE_AUTO_CONNECT"] = "0"
