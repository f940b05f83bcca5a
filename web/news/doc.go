// Package news keeps pages up to date while somebody looks at them.
//
// A page names its topics ([site.Topic]) and opens a stream at /live ([Pages.Live]). There it
// hears what is new on these topics: the seats of a course and the picture of a race come as
// HTML, and for anything else the page is invited to fetch itself again.
//
// While there are viewers, one goroutine follows the log and one follows the receipts. They
// tell what any process stores, since they ask the database.
package news
