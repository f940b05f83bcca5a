package dcbtest

// Promises returns the names of the tests of a store.
func Promises() []string {
	var all []string
	for _, promise := range promisesOfALog {
		all = append(all, promise.says)
	}
	for _, promise := range promisesOfCallers {
		all = append(all, promise.says)
	}
	for _, promise := range promisesOfAStore {
		all = append(all, promise.says)
	}
	for _, promise := range promisesAtAnyLevel {
		for _, level := range levels {
			all = append(all, promise.says+level)
		}
	}
	return all
}
