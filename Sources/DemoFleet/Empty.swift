// DemoFleet
