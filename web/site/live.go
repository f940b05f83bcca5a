package site

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"time"

	"go-crablet/domain/courses"
)

// Updates say how a page changes while somebody looks at it.
type Updates struct {
	Topics []Topic // what the page wants news of; without any it stays as it is
	Here   string  // the address to fetch the page from again, or ""
	Moving bool    // the page changes by itself, without news

	// Without scripts, the browser loads RefreshTo after Refresh seconds. 0 is never, and ""
	// is the page itself.
	Refresh   int
	RefreshTo string
}

// refreshContent is the content of the meta element that makes the browser load a page.
func (u Updates) refreshContent() string {
	if u.RefreshTo == "" {
		return strconv.Itoa(u.Refresh)
	}
	return strconv.Itoa(u.Refresh) + "; url=" + u.RefreshTo
}

// refetchHeaders returns the headers to fetch the page again with, as JSON.
func (l Layout) refetchHeaders() string {
	headers, _ := json.Marshal(map[string]string{madeForHeader: l.MadeFor}) // strings can always be encoded
	return string(headers)
}

// liveURL returns the address of the page's news, or "" if it has none. Every page shows
// names, so it hears of new ones. It hears of new students while its menu has room for them.
func (l Layout) liveURL() string {
	if len(l.Topics) == 0 || l.Past() {
		return ""
	}
	all := []Topic{TypeTopic(courses.CourseRenamed{}), TypeTopic(courses.StudentRenamed{}), TypeTopic(courses.StudentForgotten{})}
	if len(l.Others) < maxOthers {
		all = append(all, TypeTopic(courses.StudentRegistered{}))
	}
	if l.Someone() { // who may be given a seat
		all = append(all, TagTopic(l.Acting.ID.Tag()))
	}
	for _, t := range l.Topics {
		if !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	return newsURL(all, l.Position)
}

// LivePath is the address of the news.
const LivePath = "/live"

// newsURL returns the address of the news on the first [MostTopics] of the topics, after a
// position of the log.
func newsURL(topics []Topic, since int64) string {
	query := url.Values{"since": {strconv.FormatInt(since, 10)}}
	for _, t := range topics[:min(len(topics), MostTopics)] {
		query.Add("topic", string(t))
	}
	return LivePath + "?" + query.Encode()
}

// Bounds on the news that one viewer hears.
const (
	MostTopics   = 64
	LongestTopic = 256 // bytes

	Heartbeat    = 15 * time.Second // so a proxy does not close a connection that is silent
	LongestWrite = 10 * time.Second // after it a viewer counts as gone
)

// ShowAgain returns err, or makes the script of a page that is fetched again load the whole
// page, because the page of err has other content.
func (v *Visit) ShowAgain(err error) error {
	if !v.IsRefetch() || !isA[Problem](err) {
		return err
	}
	return errOfAnother
}

// IsRefetch reports whether a page is fetched again by its script, which replaces some of
// its areas only.
func (v *Visit) IsRefetch() bool { return v.R.Header.Get("HX-Request") == "true" }
