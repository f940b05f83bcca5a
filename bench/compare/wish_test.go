package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWishes(t *testing.T) {
	t.Parallel()
	r := rules{seats: 100, courses: 10}
	for _, l := range loads(50) {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			const count = 60_000
			wishes, past := newWishes(l, r, 5000, 1000)
			all := wishes.upTo(count)

			again, pastAgain := newWishes(l, r, 5000, 1000)
			again.upTo(count / 2)
			require.Equal(t, all, again.upTo(count), "are the same each time, however they are asked for")
			require.Equal(t, past, pastAgain)

			perCourse, perStudent, seats := map[string]int{}, map[string]int{}, map[wish]bool{}
			for _, w := range past {
				require.NoError(t, r.allow(perCourse[w.course], perStudent[w.student]), "the past keeps the rules")
				require.False(t, seats[w], "a seat twice")
				seats[w] = true
				perCourse[w.course]++
				perStudent[w.student]++
			}
			refused := 0
			for _, w := range all {
				if r.allow(perCourse[w.course], perStudent[w.student]) != nil {
					refused++
					continue
				}
				require.False(t, seats[w], "a seat twice")
				seats[w] = true
				perCourse[w.course]++
				perStudent[w.student]++
			}
			require.InDelta(t, 0.2, float64(refused)/count, 0.05, "about a fifth is refused")
		})
	}
}
