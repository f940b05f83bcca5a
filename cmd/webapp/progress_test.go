package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestProgress(t *testing.T) {
	anHourAgo := time.Now().Add(-time.Hour)

	t.Run("is a line every few seconds in a file", func(t *testing.T) {
		var out strings.Builder
		p := &progress{out: &out, began: anHourAgo}
		p.tell(0, 7200)
		p.tell(3600, 7200) // too soon to say more
		p.told = anHourAgo
		p.tell(7200, 7201)
		p.end()
		require.Equal(t, "0 of 7200 events, 0 per second\n7200 of 7201 events, 2 per second\n7200 of 7201 events, 2 per second\n", out.String())
	})

	t.Run("is one line on a terminal, overwritten each time", func(t *testing.T) {
		var out strings.Builder
		p := &progress{out: &out, began: anHourAgo, terminal: true}
		p.tell(3600, 7200)
		p.told = anHourAgo
		p.tell(7200, 7200)
		p.end()
		require.Regexp(t, `^\r3600 of 7200 events, 1 per second +\r7200 of 7200 events, 2 per second +\r7200 of 7200 events, 2 per second +\n$`, out.String())
	})
}
