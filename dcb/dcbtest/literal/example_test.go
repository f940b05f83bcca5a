package literal_test

import (
	"fmt"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest/literal"
)

func ExampleOf() {
	fmt.Println(literal.Of(dcb.QueryItem{Types: []string{"SeatTaken"}, Tags: dcb.NewTags("seat", "1A")}))
	// Output: dcb.QueryItem{Types: []string{"SeatTaken"}, Tags: dcb.Tags{"seat:1A"}}
}

func ExampleUnqualified() {
	fmt.Println(literal.Unqualified(dcb.QueryItem{Types: []string{"SeatTaken"}, Tags: dcb.NewTags("seat", "1A")}))
	// Output: QueryItem{Types: []string{"SeatTaken"}, Tags: Tags{"seat:1A"}}
}
