//! The shared clips: what real encoders and recorders wrote.
