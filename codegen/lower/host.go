package lower

// hasHosts: some names have routes of their own.
func (c *code) hasHosts() bool { return c.indexed() && c.plan.Match.Index.HostBytes > 0 }

// hostSize is the size of the variables for hosts, in bytes.
func (c *code) hostSize() int32 { return 0 }

func (c *code) findHost() {}
