package news

import (
	"context"
	"slices"
	"time"

	"go-crablet/receipt"
	"go-crablet/web/live"
	"go-crablet/web/site"
)

const (
	// Receipts have no positions to follow as events have. So they are asked for again and
	// again, and half a second is early enough.
	lookForReceipts = 500 * time.Millisecond

	enoughReceipts = 10 // enough to contain one that is kept later than others that were decided after it
)

// followReceipts invites the viewers of the list of receipts whenever the latest are not the
// known ones, whichever process kept them, until ctx is done.
func (p *Pages) followReceipts(ctx context.Context, known []string) {
	for ctx.Err() == nil {
		live.Pause(ctx, lookForReceipts)
		latest := p.latestReceipts(ctx)
		if latest != nil && !slices.Equal(latest, known) {
			p.Viewers.Invite(string(site.TopicReceipts))
			known = latest
		}
		p.inviteLate(ctx)
	}
}

// latestReceipts returns the ids of the latest receipts. It is nil while the database does not
// answer; followLog logs that already.
func (p *Pages) latestReceipts(ctx context.Context) []string {
	ctx, answered := context.WithTimeout(ctx, site.LongestRequest)
	defer answered()
	latest, err := p.Receipts.Latest(ctx, receipt.Filter{Races: true}, enoughReceipts)
	if err != nil {
		return nil
	}
	ids := make([]string, len(latest))
	for i, r := range latest {
		ids[i] = r.ID
	}
	return ids
}
