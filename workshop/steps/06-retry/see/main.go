// Command see lets the sixth step race: twelve students want five seats.
package main

import (
	"go-crablet/lab"
	"go-crablet/workshop/see"
	retry "go-crablet/workshop/steps/06-retry"
)

func main() {
	see.Main(see.SeatTakers("workshop/steps/06-retry", retry.TakeSeat, retry.ErrFull, lab.Cast{Rush: 12, Seats: 5}))
}
