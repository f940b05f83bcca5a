package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMedianRatio(t *testing.T) {
	t.Parallel()
	require.InDelta(t, 0.5, medianRatio([]float64{1, 5, 900}, []float64{2, 10, 100}), 1e-9, "of the rounds, not of the sums")
	require.InDelta(t, 0.3, medianRatio([]float64{1, 1}, []float64{2, 10}), 1e-9)
	require.Zero(t, medianRatio([]float64{1}, []float64{0}), "a floor of nothing is no measure")
}
