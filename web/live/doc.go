// Package live tells those who look at a page that it changed, however many look.
//
// A page that somebody looks at is a [Viewer] of some topics. What is news on a topic
// reaches its viewers in one of two ways:
//
//   - [Hub.Push] sends all of them the same message, at once: what everybody sees alike
//     is made once.
//   - [Hub.Invite] asks them, one after the other and not too many in a second, to come
//     and fetch what has become of their page: what each sees differently has a price,
//     and a hall full of viewers shall not take the place of those who decide.
//
// Nobody is waited for. Who does not take in what is sent is dropped, and can come back
// when there is time: a page knows up to where of the log it shows, so nothing is lost
// but a moment.
package live
