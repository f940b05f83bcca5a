package dcbtest

import (
	"testing"

	"go-crablet/dcb"
)

func TestAMemoryIsALog(t *testing.T) {
	t.Parallel()
	TestLog(t, func(*testing.T) dcb.Log { return &Memory{} })
}
