package dcb

import (
	"context"
	"math/rand/v2"
	"time"
)

// A failed attempt is followed by a pause: longer each time, and in part random.

// A decision that lost a race tries again, so many times. The pause before that doubles from
// the first to the longest; see [backoff].
const (
	maxAttempts  = 64
	firstBackoff = 2 * time.Millisecond
	maxBackoff   = 64 * time.Millisecond
)

// backoff returns how long to wait after a lost attempt: twice as long each time up to a
// limit, of which half is random. Without the random half, decisions that lost together would
// come back together, and lose together again.
func backoff(attempt int) time.Duration {
	longest := min(firstBackoff<<min(attempt-1, 16), maxBackoff)
	return longest/2 + randomPart(longest/2)
}

// randomPart returns a random part of a duration. The simulation replaces it, so that its
// histories can be repeated.
var randomPart = rand.N[time.Duration]

// pause waits, but not longer than the context lasts.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// retryAfter returns how long a tail or a consumer waits after so many failures before this one.
func retryAfter(failures int) time.Duration {
	return min(firstRetry<<min(failures, 16), pollEvery)
}
