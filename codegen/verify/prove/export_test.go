package prove

// ImageOf is imageOf for the tests outside of the package.
var ImageOf = imageOf

// FlowOrder is the numbers of the nodes in the order in which a flow has them.
func (r *Result) FlowOrder() ([]int, error) {
	f, err := r.engine.newFlow()
	if err != nil {
		return nil, err
	}
	var order []int
	for _, v := range f.vertices {
		if v.node != nil {
			order = append(order, v.node.number)
		}
	}
	return order, nil
}
