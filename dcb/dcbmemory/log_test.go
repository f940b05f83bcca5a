package dcbmemory_test

import (
	"testing"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbmemory"
	"go-crablet/dcb/dcbtest"
)

func TestTheLogInMemoryKeepsThePromisesOfALog(t *testing.T) {
	t.Parallel()
	dcbtest.TestLog(t, func(*testing.T) dcb.Log { return new(dcbmemory.Log) })
}
