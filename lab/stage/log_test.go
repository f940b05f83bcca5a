package stage_test

import (
	"testing"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/lab/stage"
)

func TestTheLogInMemoryKeepsThePromisesOfALog(t *testing.T) {
	t.Parallel()
	dcbtest.TestLog(t, func(*testing.T) dcb.Log { return new(stage.Log) })
}
