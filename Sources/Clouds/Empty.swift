// Clouds
