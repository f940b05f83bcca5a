package catalogue

// TourOffer is the label of the button that starts the tour.
func (v coursesView) TourOffer() string {
	switch {
	case v.TourDone():
		return "Take the tour again"
	case v.Done.Count() > 0:
		return "Go on with the tour: " + v.Done.Far() + " steps done"
	default:
		return "Take the tour"
	}
}
