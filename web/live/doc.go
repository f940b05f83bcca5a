// Package live tells pages that somebody looks at that they have changed.
//
// The browser that shows such a page is a [Viewer] of some topics. If it shows several pages, it
// is one viewer of the topics of all of them. There are two ways to tell the viewers of a topic:
//
//   - [Hub.Push] sends the same message to all of them, at once. It is for what all visitors
//     see alike: that is rendered once.
//   - [Hub.Invite] asks one viewer after the other to fetch its page again. It is for what each
//     visitor sees differently: that is rendered once per viewer. The pace is limited, so that a
//     hall full of viewers does not slow down decisions.
//
// The hub never waits for a viewer. It drops a viewer that does not read its messages. Such a
// page can connect again: it knows which position of the log it shows, so it misses nothing.
package live
