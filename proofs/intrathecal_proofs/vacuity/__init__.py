"""Whether anything is proven of nothing: witnesses that premises can hold, claims can fail, and refusals can happen."""
