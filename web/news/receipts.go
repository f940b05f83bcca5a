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
	// Receipts have no order that one could follow as one does the log, and nobody
	// minds to see them half a second late.
	lookForReceipts = 500 * time.Millisecond

	enoughReceipts = 10 // one that is kept after others that were decided later is among them
)

// followReceipts invites those who look at the list of receipts when there are others
// than those that are known, of whatever process, until ctx is done.
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

// latestReceipts returns the ids of the latest receipts, or nil while the database can't
// be asked, which who follows the log complains of.
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
