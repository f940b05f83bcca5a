// Command see lets the third step race: sixteen students want one seat.
package main

import (
	"go-crablet/lab"
	"go-crablet/workshop/see"
	condition "go-crablet/workshop/steps/03-condition"
)

func main() {
	see.Main(see.SeatTakers("workshop/steps/03-condition", condition.TakeSeat, condition.ErrFull, lab.Cast{Rush: 16, Seats: 1}))
}
