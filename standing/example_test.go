package standing_test

import (
	"context"
	"fmt"

	"go-crablet/internal/pgtest"
	"go-crablet/standing"
)

// A report has sections of lines. Each line says what is normal, and what to do otherwise.
func ExampleLook() {
	ctx := context.Background()
	pool := pgtest.Open()
	defer pool.Close()

	report, err := standing.Look(ctx, pool, standing.ThisBuild(""))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, section := range report.Sections {
		for _, line := range section.Lines {
			if line.Name == "Role" {
				fmt.Printf("%s: %s (normal: %s)\n", line.Name, line.Value, line.Normal)
			}
		}
	}
	// Output: Role: primary (normal: primary)
}
