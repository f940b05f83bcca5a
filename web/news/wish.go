package news

import (
	"net/http"
	"strconv"

	"go-crablet/web/site"
)

// A wish is topics that a viewer wants news of, and the position of the log up to which its pages
// know them.
type wish struct {
	since  int64
	topics []string
}

type wishes []wish

// topics returns the topics of all wishes.
func (all wishes) topics() []string {
	var topics []string
	for _, w := range all {
		topics = append(topics, w.topics...)
	}
	return topics
}

// add adds a topic to the wish with the same position.
func (all wishes) add(since int64, topic string) wishes {
	for i := range all {
		if all[i].since == since {
			all[i].topics = append(all[i].topics, topic)
			return all
		}
	}
	return append(all, wish{since, []string{topic}})
}

// wantedNews returns what the address asks for. A page names the position that it shows once, in
// since. A browser with several pages names a position for each topic, in the same order.
func wantedNews(v *site.Visit) (wishes, error) {
	query := v.R.URL.Query()
	topics, positions := query["topic"], query["since"]
	if len(topics) == 0 || len(topics) > site.MostTopics {
		return nil, site.BadRequest(http.StatusBadRequest, "The address names no topic to hear of, or more than 64.")
	}
	if len(positions) != 1 && len(positions) != len(topics) {
		return nil, site.BadRequest(http.StatusBadRequest, "The address needs one position of the log, like since=0, or one for each topic.")
	}
	var wanted wishes
	for i, topic := range topics {
		since, err := strconv.ParseInt(positions[min(i, len(positions)-1)], 10, 64)
		if err != nil || since < 0 {
			return nil, site.BadRequest(http.StatusBadRequest, "The address names no position of the log. Send it as since, like since=0.")
		}
		if len(topic) > site.LongestTopic || !site.Topic(topic).Known() {
			return nil, site.BadRequest(http.StatusBadRequest, "The address names a topic that does not exist.")
		}
		wanted = wanted.add(since, topic)
	}
	return wanted, nil
}
