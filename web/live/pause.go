package live

import (
	"context"
	"time"
)

// Pause waits for a time, or until ctx is done.
func Pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
