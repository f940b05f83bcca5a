package dcb

import "slices"

// merge makes one list of several that are in the order of positions. An event that is in
// several is in it once.
func merge(lists [][]*sharedEvent) []*sharedEvent {
	switch n := len(lists); n {
	case 0:
		return nil
	case 1:
		return slices.Clip(lists[0])
	case 2:
		return mergeTwo(lists[0], lists[1])
	default:
		return mergeTwo(merge(lists[:n/2]), merge(lists[n/2:]))
	}
}

func mergeTwo(a, b []*sharedEvent) []*sharedEvent {
	merged := make([]*sharedEvent, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].Position < b[0].Position:
			merged, a = append(merged, a[0]), a[1:]
		case a[0].Position > b[0].Position:
			merged, b = append(merged, b[0]), b[1:]
		default:
			merged, a, b = append(merged, a[0]), a[1:], b[1:]
		}
	}
	return append(append(merged, a...), b...)
}
