"""The studio: films over HTTP. It writes jobs into the ledger and edits into film folders; drivers do the work.

settings         what the service is told when it starts
keeping, tables  its own database: access, uploads, films, events
problems         every refusal, as RFC 9457 has it
whence           from where a request comes, past proxies that are trusted
shields          request numbers, hosts, secure headers, the size of requests
door, people     who may come in, and what is written down of it
tickets          what opens a film's files where no header can be sent
throttle         how often they may ask
cursors          where a list goes on
repeats          what is sent twice is done once
wire             what every route's JSON has in common
uploads          books on their way in (tus)
turns            what is heavy is shared out between teams
intake           a book is read in a process of its own
films            a row, a folder, jobs
foreseeing       what a film would take, before it is made
directing        what is said of a film goes into direction.toml
editing          edits of screenplay, shots and cut, and what they will have made again
places           how many may listen, and how that is shared
events, watching what happens to films, numbered and kept
runner           starts a driver for what waits in the ledger
clips, drawing   one shot of a prompt
downloads        files, whole or a range of them
page             the page's files; its sources are in page/, what is built of them in static/
studio           all of it, opened
*_routes         what is asked over HTTP, a file for each part of it
app              the routes put together

It knows no Ray: `deployments.studio` puts it behind Serve, `bookfilm serve` starts it alone.
"""
