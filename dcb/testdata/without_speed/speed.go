package dcb

func (s *Store) speedUp(Options) {}
