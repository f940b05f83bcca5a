// Package dcbhttp serves an event log to tools and other languages: two addresses,
// JSON, and nothing to install.
//
//	curl -G localhost:8080/dcb/read --data-urlencode 'query={"items":[{"tags":["course_id:c1"]}]}'
//	curl localhost:8080/dcb/append --json '{"events":[{"type":"Noted","tags":["c1"],"data":"hello"}]}'
//
// # Reading
//
// GET /dcb/read answers the events that match, as a JSON array of
// {"type","tags","data","position"}. Both of its parameters are JSON, and optional:
//
//   - query is {"items":[{"types":[…],"tags":[…]}, …]}. An event matches an item if it
//     has one of its types and all of its tags, and a query if it matches one of
//     its items. As in the specification (https://dcb.events) an item without
//     types and tags matches every event, and so does a query without items. In Go
//     that has to be said by name, so both of them become [dcb.AllEvents].
//   - options is {"from":n,"limit":n,"backwards":true,"checkpoints":true}. From is the
//     position to begin at, included: the lowest one, or the highest when going backwards.
//     With checkpoints each event has one more member, "checkpoint", to append by.
//
// There is no limit unless one is asked for. The events are those of one moment,
// and they are sent as they are read, so a long log costs time and not memory. If
// the rest can't be read, the connection is cut: an answer with its closing
// bracket is complete. The whole address fits into the server's bound on headers,
// 64 KB in webapp.
//
// # Appending
//
// POST /dcb/append takes {"events":[{"type","tags","data"}, …],"condition":
// {"failIfEventsMatch":query,"after":n}} as application/json. If an event after n
// matches the query, nothing is stored; n is 0 when it is left out. Without a
// condition the events are stored in any case. Either way the answer is
// {"durationInMicroseconds":n,"appendConditionFailed":false}, or true.
//
// n can't be beyond the end of the log, whatever the query: nobody has read that far. Then
// nothing is stored, and the answer is 409. A client gets it if its n is of another log,
// or if the log lost its end to a restore: it has to read again.
//
// A log that lost its end gives its positions again, to other events. A number can't tell
// that: after may instead be the checkpoint of an event, as it was read,
// {"position":n,"id":"…","recordedAt":"…"}. If another event stands at n by now, nothing is
// stored, and the answer is 409, too.
//
// One append has 1 to 10,000 events in at most 8 MiB; a query has at most 1,000
// items, and 10,000 types and tags in all. A body is held in memory as a whole, and
// while its events are stored every other append waits.
//
// # Data
//
// To a client, data is text, any text, and comes back as it was sent. The log keeps
// JSON: text that is an object or an array of at most 500 levels is stored as it is, so
// Go code reads it as an event of its own; any other text is stored as a JSON string.
// Reading undoes that, also for a JSON string that Go code stored. If such a string has
// half of a surrogate pair in it, there is no text that it stands for: it comes as it is
// stored, quotes and all.
//
// # Errors
//
// Whatever is wrong with a request is answered in a sentence, {"error":"…"}: 400,
// 401, 403, 404, 405, 409, 413 or 415. JSON is taken by the letter: fields that are unknown,
// misspelled, or given twice are errors, and so is half of a surrogate pair. 500
// and 503 carry the ID under which the log tells more. Their sentence says when it is
// unknown whether the events of an append are stored: that has to be looked up.
//
// # Access
//
// With a token, a request needs "Authorization: Bearer …". Without one, the handler
// belongs on a loopback address, and answers only requests that were sent to a name of this
// machine, and that no proxy passed on. Either way a page of another site can neither append (its origin is
// refused) nor read (there are no CORS headers).
package dcbhttp
