package ui_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/web/ui"
)

func TestOrdinal(t *testing.T) {
	for n, want := range map[int]string{1: "first", 2: "second", 9: "ninth", 10: "10th", 11: "11th", 12: "12th", 13: "13th", 21: "21st", 22: "22nd", 23: "23rd", 64: "64th", 111: "111th"} {
		require.Equal(t, want, ui.Ordinal(n))
	}
}
