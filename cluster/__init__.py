"""Ray itself: join or start a cluster, shard the work, retry, and carry a film through.

joining   a cluster in the process, or a running one by address
sharing   does every node see the film folder?
sending   rows of work through a Serve handle, with retries
sharding  Ray Data: a list of rows in shards, each sent by a task
crew      RayCrew: the pipeline's crew on a cluster
driver    one run from command to film: hold the folder, keep the ledger, make the film
"""
