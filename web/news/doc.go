// Package news tells those who look at a page what is new on it.
//
// A page names its topics ([site.Topic]) and hears at /live what is new on them: seats and
// pictures of races as they are drawn, and for the rest an invitation to be fetched again.
package news
