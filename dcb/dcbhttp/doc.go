// Package dcbhttp serves an event log over HTTP, for tools and other languages: programs read
// events, follow them, and append them on a condition. GET /dcb/openapi.json describes all of it
// to programs, in OpenAPI 3.1.
//
//	curl -G localhost:8080/dcb/read --data-urlencode 'query={"items":[{"tags":["course_id:c1"]}]}'
//	curl -N localhost:8080/dcb/tail
//	curl localhost:8080/dcb/append --json '{"events":[{"type":"Noted","tags":["c1"],"data":"hello"}]}'
//
// # Reading
//
// GET /dcb/read answers the events that match, as a JSON array of
// {"type","tags","data","position"}. Both of its parameters are JSON, and optional:
//
//   - query is {"items":[{"types":[…],"tags":[…]}, …]}. An event matches an item if it
//     has one of its types and all of its tags. It matches a query if it matches one of
//     its items. As in the specification (https://dcb.events), an item without types and
//     tags matches every event, and so does a query without items. Both become
//     [dcb.AllEvents].
//   - options is {"from":n,"limit":n,"backwards":true,"checkpoints":true}. From is the
//     position to begin at: the lowest one, or the highest one when reading backwards.
//     With checkpoints, each event has one more member, "checkpoint", to append by.
//
// There is no limit unless one is asked for. The events are those of one moment. They are
// sent as they are read, so a long log takes time and no memory. If the rest can't be read,
// the connection is cut: an answer with its closing bracket is complete. The address must
// fit into the server's bound on headers, which is 64 KB in webapp.
//
// # Following
//
// GET /dcb/tail sends the events that match as server-sent events: first those that are stored,
// and then each new one when it is stored. Both of its parameters are JSON, and optional:
//
//   - query is that of a read.
//   - after is how far the client knows the log: a position, or the checkpoint of an event.
//     Without it, the stream begins at the first event of the log.
//
// Each event has a line data with the JSON of a read, and a line id with its checkpoint. A client
// that lost the stream sends the last id as the header Last-Event-ID, as browsers do by
// themselves, and misses nothing. The header counts more than after. If the log is not the one
// any more that the client followed, the answer is 409.
//
// When nothing matches for 15 seconds, the stream has a sign of life: an id without data says how
// far the log was read, and otherwise there is a line with a colon. A client that takes longer
// than 10 seconds for 64 KB is cut off, and can resume. At most 64 clients follow at once; the
// next one is answered with 503. The stream ends when the server stops, and when the log loses
// its end. See [API.Close].
//
// # Appending
//
// POST /dcb/append takes {"events":[{"type","tags","data"}, …],"condition":
// {"failIfEventsMatch":query,"after":n}} as application/json. If an event after n
// matches the query, nothing is stored, and the answer is
// {"durationInMicroseconds":n,"appendConditionFailed":true}. Otherwise, or without a
// condition, the events are stored, and the last member is false. Without after, n is 0.
//
// If n is beyond the end of the log, nothing is stored, whatever the query, and the answer
// is 409. The n of such a client is of another log, or the log lost its end to a restore:
// the client has to read again.
//
// A log that lost its end gives the same positions to other events. To notice that, after
// may also be the checkpoint of an event as it was read,
// {"position":n,"id":"…","recordedAt":"…"}. If another event is at n now, nothing is
// stored, and the answer is 409.
//
// One append has 1 to 10,000 events in at most 8 MiB. A query has at most 1,000 items, and
// 10,000 types and tags in all. A body is held in memory as a whole, and while its events
// are stored, every other append waits.
//
// # Data
//
// For a client, data is any text, and comes back as it was sent. The log keeps JSON. A text
// that is an object or an array of at most 500 levels is stored as it is, so Go code reads
// it like its own events. Any other text is stored as a JSON string.
//
// A read returns a JSON string as its text, even if Go code stored it. A string with half of
// a surrogate pair has no text, and is returned as it is stored, with its quotes.
//
// # Errors
//
// The answer to a wrong request says in a sentence what is wrong, {"error":"…"}: 400, 401,
// 403, 404, 405, 409, 413, 415 or 429. JSON is read strictly: unknown fields, fields given
// twice, and half of a surrogate pair are errors. The sentences of 500 and 503 have the ID
// with which the server's log says more. They also say if it is unknown whether the events
// of an append are stored: the client has to read.
//
// # Access
//
// With a token, a request needs "Authorization: Bearer …". Without a token, serve the handler
// on a loopback address only. It then answers only requests that name this machine as their
// host, and that no proxy passed on. In both cases a page of another site can neither append
// (its origin is refused) nor read (there are no CORS headers).
package dcbhttp
