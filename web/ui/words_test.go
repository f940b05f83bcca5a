package ui_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/web/ui"
)

func TestOrdinal(t *testing.T) {
	for n, want := range map[int]string{1: "first", 2: "second", 9: "ninth", 10: "10th", 11: "11th", 12: "12th", 13: "13th", 21: "21st", 22: "22nd", 23: "23rd", 64: "64th", 111: "111th"} {
		require.Equal(t, want, ui.Ordinal(n))
	}
}

func TestASentenceBeginsWithACapitalLetter(t *testing.T) {
	for text, want := range map[string]string{"": "", "you left": "You left.", "élodie left": "Élodie left.", "\u2068דנה\u2069 left": "\u2068דנה\u2069 left."} {
		require.Equal(t, want, ui.Sentence(text))
	}
}

func TestAMomentHasItsYearUnlessItIsThisOne(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.January, 1, 0, 30, 0, 0, time.UTC)
	east := time.FixedZone("east", 3600)
	require.Equal(t, "1 Jan 00:00:00", ui.When(time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC), now))
	require.Equal(t, "31 Dec 2025 23:59:59", ui.When(time.Date(2025, time.December, 31, 23, 59, 59, 0, time.UTC), now))
	require.Equal(t, "31 Dec 2025 23:30:00", ui.When(time.Date(2026, time.January, 1, 0, 30, 0, 0, east), now), "in UTC")
	require.Equal(t, "1 Jan 00:00:00", ui.When(now.Add(-30*time.Minute), now.In(time.FixedZone("west", -3600))))
}
